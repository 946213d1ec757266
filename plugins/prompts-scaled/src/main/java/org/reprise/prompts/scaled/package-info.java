/** A frame around an image whose size is learned with it: {@code scaled}. */
package org.reprise.prompts.scaled;
