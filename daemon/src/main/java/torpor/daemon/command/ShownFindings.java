package torpor.daemon.command;

import java.util.List;
import java.util.Locale;
import torpor.daemon.doctor.Finding;

/// What `doctor -o json` prints.
record ShownFindings(List<Shown> findings) {
  ShownFindings {
    findings = List.copyOf(findings);
  }

  /// @param grade `ok`, `note` or `fault`
  /// @param remedy empty where nothing needs doing
  record Shown(String grade, String what, String detail, String remedy) {}

  static ShownFindings of(List<Finding> findings) {
    return new ShownFindings(
        findings.stream().map(f -> new Shown(grade(f), f.what(), f.detail(), f.remedy())).toList());
  }

  /// For people: a line for each, and one more for its remedy.
  String text() {
    StringBuilder text = new StringBuilder();
    for (Shown finding : findings) {
      text.append(line(finding.grade(), finding.what(), finding.detail()));
      if (!finding.remedy().isEmpty()) {
        text.append(line("", "", "do: " + finding.remedy()));
      }
    }
    return text.toString();
  }

  private static String line(String grade, String what, String words) {
    return "%-6s %-15s %s\n".formatted(grade, what, words);
  }

  private static String grade(Finding finding) {
    return finding.grade().name().toLowerCase(Locale.ROOT);
  }
}
