/** The backbone {@code torchscript}: any network exported with {@code torch.jit}. */
package org.reprise.backbones.torchscript;
