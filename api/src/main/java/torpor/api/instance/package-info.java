/// `/instances`: machines driven by hand, in the shape of the public hypeman API.
///
/// ```
///   request ──> readers (Fields, InstanceReader, …: everything is checked, nothing is changed)
///                  │
///                  v
///   InstanceRoutes, InstanceActions, ForkRoutes ──> engine.caller.Instances ──> InstanceJson
///   InstanceLogs ──> console          GuestViews, GuestSockets ──> InstanceSessions
///   GuestSockets ──> a SocketTalk per connection: ExecTalk, KeptTalk, CopyTalk
/// ```
///
/// Whatever takes long is waited for, up to the caller's patience, and then answered with 202 and
/// the instance as it is: the work goes on. There is one create, whether its caller waits, follows
/// it line by line ([CreateFollower]) or goes away.
///
/// What other servers of this shape can do and this one cannot yet is refused with 501 by name
/// ([Unbuilt]), never passed over.
@NullMarked
package torpor.api.instance;

import org.jspecify.annotations.NullMarked;
