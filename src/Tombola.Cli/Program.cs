Console.WriteLine("Tombola");
