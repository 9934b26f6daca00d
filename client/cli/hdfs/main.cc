#include "client/cli/hdfs/hdfs.h"

int main(int argc, char** argv) { return tusker::cli::hdfs({argv + 1, argv + argc}); }
