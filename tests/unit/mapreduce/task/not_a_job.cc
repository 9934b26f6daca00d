extern "C" __attribute__((visibility("default"))) int not_a_job() { return 0; }
