/**
 * From YAML text to immutable records: reading with line and column, overrides, binding, and one
 * report of all problems.
 */
package org.reprise.engine.config;
