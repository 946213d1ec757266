/** Networks, prompts, mappers and update rules whose every move is known beforehand. */
package org.reprise.engine.fake;
