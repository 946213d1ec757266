/** Update rules as PyTorch has them: {@code adam}, {@code adamw} and {@code sgd}. */
package org.reprise.updaterules;
