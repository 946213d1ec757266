/** Several processes that train one run: who they are, how they meet, what they sum. */
package org.reprise.engine.workers;
