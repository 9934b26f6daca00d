namespace tusker {}
