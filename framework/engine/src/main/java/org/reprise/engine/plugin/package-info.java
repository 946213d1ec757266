/** The plugin host: loads PF4J plugins and finds the extensions in them by kind and name. */
package org.reprise.engine.plugin;
