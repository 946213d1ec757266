/** Downloads over HTTP that are resumed, verified, and complete or not there at all. */
package org.reprise.download;
