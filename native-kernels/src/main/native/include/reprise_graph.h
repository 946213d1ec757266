// CUDA graphs as libtorch has them, at::cuda::CUDAGraph, by the names that its library exports: neither its headers nor
// CUDA's are needed, and this library loads where there is neither. All functions are for one thread at a time; those
// that return int return 0, or an error that reprise_graph_message describes.
#ifndef REPRISE_GRAPH_H
#define REPRISE_GRAPH_H

#ifdef __cplusplus
extern "C" {
#endif

// Finds libtorch's functions. A name without '/' is that of a library which is loaded already; a path is loaded.
int reprise_graph_open(const char* library);

int reprise_graph_new(void** graph);
// Begins and ends recording on the calling thread's current stream of libtorch, which must not be a default one.
int reprise_graph_begin(void* graph);
int reprise_graph_end(void* graph);
// Enqueues what was recorded on the current stream.
int reprise_graph_replay(void* graph);
void reprise_graph_free(void* graph);

// What the calling thread's last error was.
const char* reprise_graph_message(void);

#ifdef __cplusplus
}
#endif

#endif
