package dev.tandem.config;

import java.util.regex.Pattern;

/** A column's name, or a pattern for several: {@code *} for any characters, {@code ?} for one. */
record ColumnPattern(String text) {
  boolean isPattern() {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  boolean matches(String name) {
    return isPattern() ? expression().matcher(name).matches() : text.equals(name);
  }

  private Pattern expression() {
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      expression.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(expression.toString(), Pattern.CASE_INSENSITIVE);
  }
}
