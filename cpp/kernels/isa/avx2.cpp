/// The kernels compiled for avx2.
#define RESCORA_ISA_NAME avx2
#define RESCORA_ISA_STRING "avx2"
#include "kernels/isa/table.inl.h"
