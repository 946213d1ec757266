// What a check may ask of the emulated devices, beside CUDA's own functions. Three devices: the last one is of a kind that
// the library has no code for.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  EMULATED_DEVICES = 3,
  EMULATED_FEW = 2,        // multiprocessors of the first device: a team takes several rows even of a small batch
  EMULATED_MANY = 1 << 27, // of the others: as many blocks as there are rows
};

// Makes a device the calling thread's current one, as the owner of a run does.
void emulator_set_device(int device);

// Whether anything has made a context on the device, and which device the last kernel ran on (-1: none yet).
int emulator_has_context(int device);
int emulator_last_device(void);

// Leaves an error for cudaGetLastError, as work of others may; and says which is left.
void emulator_leave_error(int error);
int emulator_left_error(void);

// How many of a grid's blocks run, its last ones; 0: all.
void emulator_run_last(unsigned blocks);

#ifdef __cplusplus
}
#endif
