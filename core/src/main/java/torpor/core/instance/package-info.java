/// The life of one machine made from an image, hop by hop.
///
/// ```
/// Creating → Stopped → Created → Running ⇄ Paused ⇄ Standby
///    │        ↑ ↑ ⇅        │        │  ┌────┘          │
///    │        │ │ Standby  │        v  v               │
///    v        │ └──────────┘     Shutdown              v
///  Failed     └──────────────────────┘          any → Deleted
/// ```
///
/// [InstanceRules#hop] is the whole table. A hop is taken when its work is done, never before, so
/// the state is always the last good one: what failed half-way left it where it was. What is being
/// done at the moment is another field, the operation in flight; health and the wished-for state
/// are two more. [torpor.core.instance.operation] takes the hops that lead to what was asked for.
///
/// A job owns one instance. [InstanceStates] tells which state its own state stands for; a test
/// proves that no job event makes the instance jump.
@NullMarked
package torpor.core.instance;

import org.jspecify.annotations.NullMarked;
