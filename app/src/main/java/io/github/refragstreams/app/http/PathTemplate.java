package io.github.refragstreams.app.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.URIUtil;

/**
 * The paths of a route.
 *
 * @param text as it was written
 * @param pattern with a group for each name
 * @param names of the parameters, in order
 * @param literals characters before the first that may differ
 */
record PathTemplate(String text, Pattern pattern, List<String> names, int literals) {
  private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

  /** With names in braces, each for one segment. */
  static PathTemplate of(String text) {
    StringBuilder pattern = new StringBuilder();
    List<String> names = new ArrayList<>();
    Matcher name = NAME.matcher(text);
    int end = 0;
    while (name.find()) {
      pattern.append(Pattern.quote(text.substring(end, name.start()))).append("([^/]+)");
      names.add(name.group(1));
      end = name.end();
    }
    pattern.append(Pattern.quote(text.substring(end)));
    int literals = names.isEmpty() ? text.length() : text.indexOf('{');
    return new PathTemplate(text, Pattern.compile(pattern.toString()), names, literals);
  }

  /** A path and all below it. */
  static PathTemplate below(String path) {
    Pattern pattern = Pattern.compile(Pattern.quote(path) + "(?:/.*)?");
    return new PathTemplate(path + "/*", pattern, List.of(), path.length());
  }

  boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  /** What a path that matches has in the place of the names. */
  Map<String, String> parameters(String path) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher matcher = pattern.matcher(path);
    if (matcher.matches()) {
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), URIUtil.decodePath(matcher.group(i + 1)));
      }
    }
    return values;
  }
}
