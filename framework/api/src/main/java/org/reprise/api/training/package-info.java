/** What prompts and mappers say about how their parameters are trained. */
package org.reprise.api.training;
