/** One-to-one label mappings: each target label stands for one source label of its own. */
package org.reprise.mappers.onetoone;
