/// The kernels for any processor: the reference, the fallback, the baseline.
#define RESCORA_ISA_NAME scalar
#define RESCORA_ISA_STRING "scalar"
#include "kernels/isa/table.inl.h"
