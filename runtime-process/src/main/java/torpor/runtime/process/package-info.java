/// The runtime `process`: ordinary trusted programs as machines. No isolation and no checkpoint,
/// but the program goes on while the daemon is down, is found again, and is ended as a whole.
///
/// ```
/// program   what a definition says: read, checked, completed
/// keeper    the shell that outlives the daemon and writes down how the program ended
/// tree      which processes are a machine's, and how all of them are ended
/// ```
///
/// How a machine ends is learned in one of three ways, and told once:
///
/// | the keeper is           | heard through            | told                                   |
/// |-------------------------|--------------------------|----------------------------------------|
/// | our child               | the wait for the child   | the exit file; else the wait's answer  |
/// | adopted                 | its pidfd                | the exit file; else that it is lost    |
/// | found ended by adoption | the exit file is there   | the exit file, right after the answer  |
///
/// Before it is told, whatever of the machine outlived its program is ended.
///
/// An adoption without a handle always answers *gone*, even where an exit file lies there: the
/// predecessor never recorded that the machine ran, so it is ended and will be started again.
@NullMarked
package torpor.runtime.process;

import org.jspecify.annotations.NullMarked;
