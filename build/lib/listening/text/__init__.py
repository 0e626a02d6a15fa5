"""Text as characters and words: fold, views, segment, index form. The only home of jieba and the tables."""
