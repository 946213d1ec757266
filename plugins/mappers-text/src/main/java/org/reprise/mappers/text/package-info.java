/** A label mapping by names alone: each source label stands for the class that it speaks of. */
package org.reprise.mappers.text;
