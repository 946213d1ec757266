/** How an extension declares its options: records whose components are the keys of a YAML block. */
package org.reprise.api.options;
