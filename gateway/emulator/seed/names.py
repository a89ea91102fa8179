"""Who the customers could be: names, companies, streets, notes. Data only; all of it invented."""

from __future__ import annotations

# The first customers in the order of names, as given name and family name; nobody else begins with an A.
REGULARS = (
    ("Aaliyah", "Brooks"),
    ("Aaron", "Fitzgerald"),
    ("Abdul-Rahman", "Siddiqui"),
    ("Abena", "Owusu"),
    ("Abigail", "O'Brien"),
    ("Ada", "Okafor"),
    ("Adam", "Kowalczyk"),
    ("Adèle", "Fournier"),
    ("Aditi", "Rao"),
    ("Agnieszka", "Wiśniewska"),
    ("Ahmed", "Haddad"),
    ("Aiko", "Tanaka"),
    ("Ailbhe", "Ní Dhomhnaill"),
    ("Aisha", "Rahman"),
    ("Alba", "Cárdenas"),
    ("Albert", "Janssen"),
    ("Alejandro", "Núñez"),
    ("Alex", "Kim"),
    ("Alice", "Liddell-Hart"),
    ("Amara", "Nwosu"),
    ("Amélie", "Dubois"),
    ("Amir", "Farahani"),
    ("Amy", "Chen"),
    ("Ana Sofia", "Pereira"),
    ("Andrés", "Muñoz"),
    ("Anneliese", "Groß"),
    ("Anouk", "de Vries"),
    ("Arjun", "Mehta"),
    ("Astrid", "Lindqvist"),
    ("Ayşe", "Yıldız"),  # noqa: RUF001 - a Turkish letter
)

_GIVEN = """
Beatriz Ben Benedikt Björn Brigid Bruno Callum Camila Carlos Catalina Charlotte Chiara Chidi Chloë Cillian Clara
Dafydd Daniel Daria Darnell David Deepa Diego Dmitri Dorota Dylan Eilidh Ela Elena Elif Emeka Emil Emma Enzo Erik
Esperanza Esther Ethan Eun-ji Fatima Felix Fernanda Finn Fiona Florence Frances François Freya Gabriel Gael Georgia
Giulia Grace Greta Guillermo Hana Hannah Haruki Hassan Hector Heidi Henrik Hugo Ibrahim Ifeoma Ines Ingrid Isla Ivan
Jacqueline Jamal Jana Javier Jean-Luc Jesús Jiří Joanna Jonas José Josephine Jun Kalinda Karim Kasia Katarzyna Keiko
Kemal Kofi Kwame Lars Laszlo Leilani Lena Leo Lina Linh Logan Lucía Luka Lupita Maeve Magnus Malik Marek María
Mateo Mei Mercedes Mia Michał Miguel Mina Mohammed Nadia Naomi Natalia Ngozi Niamh Nikolai Nils Noor Óscar Olga
Oliver Olumide Omar Oona Oscar Patience Paula Pedro Petra Philippa Priya Quentin Rafael Rania Ravi Renée Rhys Rosa
Ruth Sakura Sam Santiago Sean Siobhán Sofía Søren Stella Sunita Svetlana Tadeusz Tariq Tendai Teresa Thandiwe Théo
Thuy Tomás Uma Valentina Vanessa Vikram Violet Walter Wei Wilhelmina Xavier Ximena Yara Yasmin Youssef Yuki Zainab
Zara Zoë
"""
GIVEN = tuple(_GIVEN.split())

_FAMILY = """
Abbott Achebe Álvarez Andersen Bakker Barnes Bauer Bell Bianchi Bondarenko Bouchard Brennan Byrne Castillo Chukwu
Clarke Collins Costa Cruz Dąbrowski Delgado Diaz Doyle Eriksson Espinoza Evans Ferrari Fischer Flores Foster Friedman
García Gallagher Gupta Gutiérrez Hamid Hansen Hernández Hoang Horváth Hughes Ibrahim Iglesias Ito Jackson Jensen
Johansson Jones Kaplan Kaur Keller Khan Kimura Kovács Kumar Larsen Lê Lefebvre Levy Lindström López Lowe MacDonald
Mahmoud Marín Martínez Mbeki McCarthy Mendoza Meyer Mitchell Morales Moreau Mukherjee Müller Murphy Nakamura Nguyễn
Novák O'Connor O'Neill Obi Ochoa Olsen Ortiz Osei Özdemir Park Patel Pavlov Peña Petrov Phạm Popescu Price Quinn
Ramírez Reyes Ricci Rivera Robinson Rojas Rossi Ruiz Sánchez Sato Schäfer Schmidt Sharma Silva Singh Smith Sokolov
Soto Suzuki Takahashi Thompson Torres Tran Turner Ueda Vargas Vásquez Vogel Walker Wang Ward Watanabe Weber White
Williams Wright Yamamoto Young Zając Zhang Zimmermann
"""
FAMILY = tuple(_FAMILY.split())

# Names that no Latin letter is in.
OTHER_SCRIPTS = (
    ("花子", "山田"),
    ("太郎", "佐藤"),
    ("伟", "王"),
    ("지훈", "김"),
    ("Ольга", "Смирнова"),
    ("Дмитро", "Шевченко"),
    ("Ελένη", "Παπαδοπούλου"),
    ("محمد", "الحسن"),
    ("נועה", "לוי"),
    ("प्रिया", "शर्मा"),
)

COMPANIES = (
    "Bayview Dental Group",
    "Blue Door Books",
    "Café Zurück & Söhne",
    "Cedar & Pine Architects",
    "Cortland Street Yoga",
    "Divisadero Cycle Works",
    "Elm Hill Elementary PTA",
    "Fernwood Co-working",
    "Golden Gate Rowing Club",
    "Harbor Light Hostel",
    "Iris Film Festival",
    "Juniper Events",
    "Kestrel Software",
    "Little Owl Preschool",
    "Mission Law Offices",
    "Northside Veterinary",
    "Orchard Lane Theatre",
    "Pâtisserie Mireille",
    "Quill & Co. Stationers",
    "Sunset Senior Center",
    "Twin Peaks Realty",
    "Valencia Print Studio",
)

NICKNAMES = ("Bo", "Coco", "Duke", "Gus", "Kit", "Lulu", "Max", "Mo", "Pip", "Ringo", "Sunny", "Teddy", "Zuzu")

STREETS = (
    "Alabama St",
    "Balboa St",
    "Church St",
    "Dolores St",
    "Folsom St",
    "Guerrero St",
    "Haight St",
    "Irving St",
    "Judah St",
    "Kirkham St",
    "Lincoln Way",
    "Noe St",
)
# City, state, postal code.
CITIES = (
    ("San Francisco", "CA", "94110"),
    ("San Francisco", "CA", "94114"),
    ("San Francisco", "CA", "94122"),
    ("Oakland", "CA", "94609"),
    ("Berkeley", "CA", "94704"),
    ("Daly City", "CA", "94015"),
)

NOTES = (
    "Allergic to tree nuts.",
    "Always brings a cup of their own.",
    "Asked to be told when the Yirgacheffe is back.",
    "Dog is called Biscuit.",
    "Orders for the whole office on Fridays.",
    "Picks up before 7:30.",
    "Prefers the table by the window.",
    "Took the latte art class.",
    "Vegan; oat milk only.",
    "Wants decaf after noon ☕",
)

MILKS = ("Barley", "Oat", "Skimmed", "Soy", "Whole")

USUAL_ORDERS = (
    "Cortado and an almond croissant",
    "Double espresso",
    "Flat white, extra hot",
    "Half a dozen morning buns",
    "Iced oat latte",
    "Large drip, no room",
    "Matcha latte and a scone",
    "Sourdough loaf, sliced",
)
