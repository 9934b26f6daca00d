#include "namenode/tools/command.h"

int main(int argc, char** argv) { return tusker::namenode::run({argv + 1, argv + argc}); }
