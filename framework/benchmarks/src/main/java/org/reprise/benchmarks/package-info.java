/** Benchmarks of whole training steps, with the plugins of an installation. */
package org.reprise.benchmarks;
