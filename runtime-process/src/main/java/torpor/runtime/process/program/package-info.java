/// What a definition says of a program: read, checked, completed.
///
/// ```
/// {"command": ["python3", "crawl.py"], "env": {"DEPTH": "3"}, "workdir": "/srv/crawl",
///  "limits": {"memory": "512MiB", "cpu_time": "10m", "files": 256, "processes": 64}}
///      │ ProgramReader: shape, names, sizes; no look at the host
///      v
///   Program
///      │ ProgramCheck: the program and the folder exist, the limits can be set; paths made absolute
///      v
///   Program, written by ProgramWriter
/// ```
///
/// Invariant: what was completed once is completed to itself, and a program that was checked is
/// refused at its start only where the host has changed since.
@NullMarked
package torpor.runtime.process.program;

import org.jspecify.annotations.NullMarked;
