/** Where and how precisely to compute: devices, threads, autocast, gradient mode. */
package org.reprise.engine.device;
