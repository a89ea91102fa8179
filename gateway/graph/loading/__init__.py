"""What resolvers get and how they read: loaders, lists, pages, relations."""
