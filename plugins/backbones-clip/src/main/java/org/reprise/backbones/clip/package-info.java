/**
 * The backbone {@code clip}: OpenAI's vision-language models, whose source labels are texts about
 * the task's classes (Radford et al., Learning Transferable Visual Models From Natural Language
 * Supervision, 2021).
 */
package org.reprise.backbones.clip;
