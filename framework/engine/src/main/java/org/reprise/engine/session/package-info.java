/** Everything that runs share while they are open: data set, backbone, caches. */
package org.reprise.engine.session;
