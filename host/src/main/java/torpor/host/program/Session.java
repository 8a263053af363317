package torpor.host.program;

import java.util.List;
import java.util.Optional;
import torpor.host.process.ProcessStat;

/// The processes of a program that was begun as the leader of a session.
///
/// @param leader our child, ended or not
record Session(Process leader) {
  /// What forks while it is ended is found by the next look.
  private static final int LOOKS = 5;

  static Session of(Process leader) {
    return new Session(leader);
  }

  /// Kills all of it.
  void end() {
    List<ProcessStat> members = members();
    for (int look = 0; look < LOOKS && !members.isEmpty(); look++) {
      members.forEach(member -> member.identity().kill());
      members = members();
    }
  }

  /// A number is not given out again while a session has it. So where a process has the number of a
  /// leader that has ended, the session is another one's.
  private List<ProcessStat> members() {
    if (!leader.isAlive() && ProcessStat.of(leader.pid()).isPresent()) {
      return List.of();
    }
    return ProcessHandle.allProcesses()
        .map(process -> ProcessStat.of(process.pid()))
        .flatMap(Optional::stream)
        .filter(stat -> stat.session() == leader.pid() && !stat.ended())
        .toList();
  }
}
