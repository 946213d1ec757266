/**
 * Joint-distribution counting in C++ and CUDA: raw memory in, sums added where they lie. Knows
 * neither tensors nor methods; the caller says where the numbers are and what shape they have.
 */
package org.reprise.kernels;
