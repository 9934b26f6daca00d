#pragma once

#include <stdint.h>

// The boundary between Tusker and a job's shared library: C, versioned, nothing but plain data and function pointers, so that the two
// sides may be built by different compilers and with different standard libraries. Job authors include mapreduce/api/job.h instead.
//
// Rules. A library exports one function, `const tusker_job_v1* tusker_job(void)`, whose answer lives as long as the library. Both tables
// begin with version and size; fields are only ever added at their ends, and a field beyond the other side's size is absent. A function
// that returns int gives 0 for success; anything else after it has called the host's fail(). No exception crosses the boundary. Bytes that
// are passed in are borrowed until the call returns, unless said otherwise. All calls of one object come from one thread.

#ifdef __cplusplus
extern "C" {
#endif

#define TUSKER_JOB_ABI_MAJOR 1u
#define TUSKER_JOB_ABI_MINOR 0u
#define TUSKER_JOB_SYMBOL "tusker_job"

// `data` null: there is no value (Hadoop's NullWritable), as opposed to an empty one.
typedef struct {
  const char* data;
  uint64_t size;
} tusker_bytes;

// One input record: a line without its end and where it begins in its file, or a split's own data.
typedef struct {
  int64_t offset;
  tusker_bytes value;
} tusker_record;

// What Tusker offers; `self` goes into every call.
typedef struct {
  uint32_t abi_major;
  uint32_t abi_minor;
  uint64_t struct_size;
  void* self;
  // Says why the call under way is about to return a failure. Only the first message of a task counts.
  void (*fail)(void* self, tusker_bytes message);
  // 1 and the value, which stays valid as long as `self`; 0 when the property isn't set.
  int (*config_get)(void* self, tusker_bytes key, tusker_bytes* value);

  // In tasks.
  // Nonzero: the host can't go on (it has its reason already); return a failure soon.
  int (*emit)(void* self, tusker_bytes key, tusker_bytes value);
  // In reduce: 1 and the next value of the key, valid until the next call; 0 after the last; -1 when the host can't go on.
  int (*next_value)(void* self, tusker_bytes* value);
  // A cell to add to, valid as long as `self`.
  int64_t* (*counter)(void* self, tusker_bytes group, tusker_bytes name);
  void (*status)(void* self, tusker_bytes text);
  // The task lives, though it neither reads nor emits.
  void (*progress)(void* self);

  // In the submitting program.
  int (*config_set)(void* self, tusker_bytes key, tusker_bytes value);
  // Adds a split without a file: one map gets these bytes as its only record.
  int (*add_split)(void* self, tusker_bytes data);
  void (*print)(void* self, tusker_bytes text);
  // The first line of the first input file, at most 64 KB of it; valid as long as `self`.
  int (*first_line)(void* self, tusker_bytes* line);
  // After the job: the text of all part files, in their order; valid as long as `self`.
  int (*read_output)(void* self, tusker_bytes* text);
} tusker_host;

typedef struct {
  void* (*make)(const tusker_host* host);  // null after a failure
  int (*map)(void* mapper, const tusker_record* records, uint64_t count);
  int (*finish)(void* mapper);
  void (*destroy)(void* mapper);
} tusker_mapper;

typedef struct {
  void* (*make)(const tusker_host* host);
  int (*reduce)(void* reducer, tusker_bytes key);
  int (*finish)(void* reducer);
  void (*destroy)(void* reducer);
} tusker_reducer;

// The job keeps its output to itself: it is written to a temporary place and removed after finish().
#define TUSKER_JOB_TEMPORARY_OUTPUT 1u

typedef struct {
  uint32_t abi_major;
  uint32_t abi_minor;
  uint64_t struct_size;
  tusker_bytes name;
  uint64_t flags;
  tusker_mapper mapper;
  tusker_reducer reducer;   // make null: the maps' output is the job's
  tusker_reducer combiner;  // make null: none
  // Values of a fixed size that may be added up in place, in any order: `into` becomes into + value. null: none. Used instead of
  // `combiner`.
  uint64_t fold_bytes;
  void (*fold)(void* into, const void* value);
  // null: Hadoop's HashPartitioner over the key's bytes as a Text.
  uint32_t (*partition)(tusker_bytes key, uint32_t partitions);
  // In the submitting program, before anything else: reads the job's own arguments, sets properties and splits. null: the job takes
  // -input, -output and -reducers.
  int (*plan)(const tusker_host* host, const tusker_bytes* arguments, uint64_t count);
  // In the submitting program, after the job succeeded. null: nothing to do.
  int (*finish)(const tusker_host* host, double seconds);
} tusker_job_v1;

typedef const tusker_job_v1* (*tusker_job_entry)(void);

#ifdef __cplusplus
}
#endif
