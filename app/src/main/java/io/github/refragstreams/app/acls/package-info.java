/** What each program may do on the cluster, and no more: computed from the topology. */
@NullMarked
package io.github.refragstreams.app.acls;

import org.jspecify.annotations.NullMarked;
