#include "mapreduce/cli/mapred.h"

int main(int argc, char** argv) { return tusker::mapreduce::mapred({argv + 1, argv + argc}); }
