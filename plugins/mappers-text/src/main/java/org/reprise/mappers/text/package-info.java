/** Label mappings by texts: each source label stands for the class that it speaks of. */
package org.reprise.mappers.text;
