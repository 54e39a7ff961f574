/// The kernels compiled for avx512.
#define RESCORA_ISA_NAME avx512
#define RESCORA_ISA_STRING "avx512"
#include "kernels/isa/table.inl.h"
