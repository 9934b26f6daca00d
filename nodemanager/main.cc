#include "nodemanager/server.h"

int main(int argc, char** argv) { return tusker::nodemanager::run({argv + 1, argv + argc}); }
