package torpor.runtime.process.tree;

import java.util.Optional;
import torpor.host.process.ProcessStat;

/// One process, with the mark it carries, where it carries one of ours.
public record MarkedProcess(ProcessStat stat, Optional<InstanceMark> mark) {}
