#include "resourcemanager/server.h"

int main(int argc, char** argv) { return tusker::resourcemanager::run({argv + 1, argv + argc}); }
