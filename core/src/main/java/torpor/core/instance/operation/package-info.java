/// What is done to an instance: asked for by people, carried out step by step, undone where a step
/// fails. Pure.
///
/// ```
///  asked ──→ Operation(flow, step) committed ──→ effect ──→ outcome ──→ next step … ──→ none
///                                                   │
///                                                   └─ failed: the last good state, with the reason
/// ```
///
/// An instance has at most one operation in flight. It is part of the row, so that a new daemon
/// finds in it which step was under way ([FoundRules] is the recovery table). The state moves only
/// by hops of [torpor.core.instance.InstanceRules], each when its work is done; several hops may
/// share a commit.
///
/// | step that was interrupted | machine alive | machine gone |
/// |---|---|---|
/// | image, disks, network of a create | – | undone, `Failed` with the step |
/// | network of a start or restore, start, restore | adopted | done again, at most 3 times |
/// | snapshot | the half is dropped, the machine goes on, the operation has failed | as a machine lost |
/// | pause, resume | as it is found | as a machine lost |
/// | release, kill, detach, remove | done again | done again |
/// | none, `Running` or `Paused` | adopted | lost: the restart policy decides |
@NullMarked
package torpor.core.instance.operation;

import org.jspecify.annotations.NullMarked;
