package torpor.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessStatTest {
  private static final String REST = " 40 41 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3";

  @Test
  void aCommandNameMayHoldBlanksAndParentheses() {
    ProcessStat stat = ProcessStat.parse(43, "43 (a) R (b c) S" + REST + "\n");

    assertThat(stat).isEqualTo(new ProcessStat(new ProcessIdentity(43, 987654), 40, 41, 42, false));
  }

  @Test
  void aZombieHasEnded() {
    assertThat(ProcessStat.parse(43, "43 (sh) Z" + REST).ended()).isTrue();
  }

  @Test
  void thisProcessIsFound() {
    long self = ProcessHandle.current().pid();

    assertThat(ProcessStat.of(self).orElseThrow().identity().isAlive()).isTrue();
  }

  @Test
  void anotherStartTimeIsAnotherProcess() {
    assertThat(new ProcessIdentity(ProcessHandle.current().pid(), 1).isAlive()).isFalse();
  }
}
