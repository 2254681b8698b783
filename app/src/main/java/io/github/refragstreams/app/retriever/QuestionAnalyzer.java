package io.github.refragstreams.app.retriever;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * English words, folded to ASCII, without the words that only make a question or a sentence. Names
 * are not stemmed: Niger is not Nigeria.
 */
final class QuestionAnalyzer extends Analyzer {
  private static final CharArraySet STOP_WORDS =
      new CharArraySet(
          Arrays.asList(
              ("a an and are as at be by can did do does for from has have how i in is it its like "
                      + "many much me of on or that the there these they this to was were what "
                      + "when where which who whom whose why will with")
                  .split(" ")),
          true);

  /** What reference texts call the things that people ask for; keys and values are stems. */
  private static final Map<String, List<String>> SYNONYMS =
      Map.ofEntries(
          Map.entry("citizen", List.of("nation")),
          Map.entry("export", List.of("commod")),
          Map.entry("import", List.of("commod")),
          Map.entry("inhabit", List.of("popul")),
          Map.entry("parliament", List.of("legisl")),
          Map.entry("person", List.of("nation")),
          Map.entry("speak", List.of("languag")),
          Map.entry("spoken", List.of("languag")),
          Map.entry("vote", List.of("suffrag")),
          Map.entry("voter", List.of("suffrag")));

  private final boolean stem;

  private QuestionAnalyzer(boolean stem) {
    this.stem = stem;
  }

  static QuestionAnalyzer forNames() {
    return new QuestionAnalyzer(false);
  }

  static QuestionAnalyzer forText() {
    return new QuestionAnalyzer(true);
  }

  /** The words of {@code text} in order. */
  List<String> words(String text) {
    List<String> words = new ArrayList<>();
    try (TokenStream stream = tokenStream("", text)) {
      CharTermAttribute word = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        words.add(word.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return words;
  }

  /** Stems that a reference text may use for {@code stem}. */
  static List<String> synonyms(String stem) {
    return SYNONYMS.getOrDefault(stem, List.of());
  }

  @Override
  protected TokenStreamComponents createComponents(String field) {
    Tokenizer source = new StandardTokenizer();
    TokenStream words = new LowerCaseFilter(new EnglishPossessiveFilter(source));
    words = new StopFilter(new ASCIIFoldingFilter(words), STOP_WORDS);
    return new TokenStreamComponents(source, stem ? new PorterStemFilter(words) : words);
  }
}
