#include "datanode/server.h"

int main(int argc, char** argv) { return tusker::datanode::run({argv + 1, argv + argc}); }
