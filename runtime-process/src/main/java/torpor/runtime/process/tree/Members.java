package torpor.runtime.process.tree;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import torpor.host.process.ProcessStat;

/// Says which processes of a census belong to a machine. Pure.
final class Members {
  private Members() {}

  /// Those whose mark is wanted, the sessions led by one of them, and the children of any of these.
  /// A session counts only where its leader is marked: a process that was forked a moment ago is
  /// still in the daemon's.
  static List<ProcessStat> of(List<MarkedProcess> census, Predicate<InstanceMark> wanted) {
    Map<Long, ProcessStat> members = new LinkedHashMap<>();
    for (MarkedProcess process : census) {
      if (process.mark().filter(wanted).isPresent()) {
        members.put(process.stat().pid(), process.stat());
      }
    }
    if (members.isEmpty()) {
      return List.of();
    }
    Set<Long> sessions =
        members.values().stream()
            .filter(ProcessStat::leadsItsSession)
            .map(ProcessStat::pid)
            .collect(Collectors.toCollection(HashSet::new));
    for (MarkedProcess process : census) {
      if (sessions.contains(process.stat().session())) {
        members.putIfAbsent(process.stat().pid(), process.stat());
      }
    }
    addDescendants(census, members);
    return List.copyOf(members.values());
  }

  private static void addDescendants(List<MarkedProcess> census, Map<Long, ProcessStat> members) {
    Map<Long, Collection<ProcessStat>> children = new HashMap<>();
    for (MarkedProcess process : census) {
      children.computeIfAbsent(process.stat().parent(), _ -> new HashSet<>()).add(process.stat());
    }
    Deque<ProcessStat> open = new ArrayDeque<>(members.values());
    while (!open.isEmpty()) {
      for (ProcessStat child : children.getOrDefault(open.remove().pid(), List.of())) {
        if (members.putIfAbsent(child.pid(), child) == null) {
          open.add(child);
        }
      }
    }
  }
}
