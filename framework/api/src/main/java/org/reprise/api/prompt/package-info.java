/** Input prompts: what is learned around or over the image before it enters the frozen network. */
package org.reprise.api.prompt;
